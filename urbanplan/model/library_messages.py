"""What libraries say of a declared file's value or syntax, in the language of the messages."""

from __future__ import annotations

import re

from urbanplan.model.translation import current_language, match_template, translate

# The sentences of pydantic and tomllib as templates, the longer before the shorter; another is shown as it is.
MESSAGES = (
    "Input should be a valid integer, got a number with a fractional part",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be a valid number",
    "Input should be a valid boolean, unable to interpret input",
    "Input should be a valid boolean",
    "Input should be a valid string",
    "Input should be a valid list",
    "Input should be a valid tuple",
    "Input should be a valid dictionary",
    "Input should be a valid date",
    "Input should be a finite number",
    "Input should be greater than or equal to {limit}",
    "Input should be greater than {limit}",
    "Input should be less than or equal to {limit}",
    "Input should be less than {limit}",
    "Input should be {values}",
    "String should have at least {count} character",
    "String should have at least {count} characters",
    "String should have at most {count} characters",
    "String should match pattern {pattern}",
    "List should have at least {count} item after validation, not {found}",
    "List should have at least {count} items after validation, not {found}",
    "List should have at most {count} item after validation, not {found}",
    "List should have at most {count} items after validation, not {found}",
    "Invalid value",
    "Invalid statement",
    "Invalid initial character for a key part",
    "Expected '=' after a key in a key/value pair",
    "Expected newline or end of document after a statement",
    "Unterminated string",
    "Illegal character {character}",
    "Unclosed array",
    "Unclosed inline table",
    "Cannot overwrite a value",
    "Cannot declare {key} twice",
)

_DETAIL = re.compile(r"(?<= dictionary) or instance of \w+$|(?<= date) (or datetime|in the format YYYY-MM-DD), .*$")


def translate_problem(text: str) -> str:
    """A sentence of a library in the current language; as it is where no template fits."""
    text = text.removeprefix("Value error, ")
    if current_language() == "en":
        return text
    text = _DETAIL.sub("", text)
    for template in MESSAGES:
        values = match_template(template, text)
        if values is not None:
            return translate(template).format(**values)
    return text
