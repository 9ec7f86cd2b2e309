"""What the command-line library says of a wrong word, in the language of the messages."""

from __future__ import annotations

from urbanplan.model.translation import match_template, translate

# The library's sentences as templates, the longer before the shorter; a library that says another is shown as it is.
MESSAGES = (
    "Missing command.",
    "No such command {name}. Did you mean {near}?",
    "No such command {name}.",
    "No such option: {name} (Possible options: {near})",
    "No such option: {name}",
    "Option {name} requires an argument.",
    "Option {name} requires {count} arguments.",
    "Option {name} does not take a value.",
    "Argument {name} takes {count} values.",
    "Got unexpected extra argument(s) ({words})",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Invalid value for {name}: {problem}",
    "Invalid value: {problem}",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid integer, got a number with a fractional part",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be a valid boolean, unable to interpret input",
)


def translate_usage(text: str) -> str:
    """A sentence of the library in the current language; as it is where no template fits."""
    for template in MESSAGES:
        values = match_template(template, text)
        if values is not None:
            if "problem" in values:
                values["problem"] = translate_usage(values["problem"])
            return translate(template).format(**values)
    return text
