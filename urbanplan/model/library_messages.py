"""What libraries say of a file's value, syntax or damage, in the language of the messages.

Of libraries whose sentences have no end (GDAL, Arrow) the words stay as they are.
"""

from __future__ import annotations

import re

from urbanplan.model.translation import current_language, match_template, translate

# The sentences of the libraries as templates, the longer before the shorter; another is shown as it is.
_PYDANTIC = (
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
    "String should have at least {count} character",
    "String should have at least {count} characters",
    "String should have at most {count} characters",
    "String should match pattern {pattern}",
    "List should have at least {count} item after validation, not {found}",
    "List should have at least {count} items after validation, not {found}",
    "List should have at most {count} item after validation, not {found}",
    "List should have at most {count} items after validation, not {found}",
    "Input should be a multiple of {factor}",
    "Input should be a valid set",
    "Datetimes provided to dates should have zero time - e.g. be exact dates",
    "Unable to parse input string as an integer, exceeded maximum size",
    "Tuple should have at least {count} item after validation, not {found}",
    "Tuple should have at least {count} items after validation, not {found}",
    "Tuple should have at most {count} item after validation, not {found}",
    "Tuple should have at most {count} items after validation, not {found}",
    "Dictionary should have at least {count} item after validation, not {found}",
    "Dictionary should have at least {count} items after validation, not {found}",
    "Dictionary should have at most {count} item after validation, not {found}",
    "Dictionary should have at most {count} items after validation, not {found}",
    "Field required",
    "Extra inputs are not permitted",
    "Keys should be strings",
    "Input should be {values}",
)
_TOMLLIB = (
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
    "Expected ']' at the end of a table declaration",
    "Expected ']]' at the end of an array declaration",
    "Expected {text}",
    "Escaped character is not a Unicode scalar value",
    "Unescaped '\\' in a string",
    "Invalid date or datetime",
    "Invalid hex value",
    "Found invalid character {character}",
    "Cannot mutate immutable namespace {key}",
    "Cannot redefine namespace {key}",
    "Duplicate inline table key {key}",
)
_ORJSON = (
    "Input is a zero-length, empty document",
    "unexpected end of data",
    "unexpected character, expected ':' after key",
    "unexpected character, expected a string key",
    "unexpected character, expected a JSON value",
    "unexpected character, expected {choices}",
    "unexpected content after document",
    "unexpected control character in string",
    "invalid escaped sequence in string",
    "invalid escape in string",
    "invalid high surrogate in string",
    "invalid low surrogate in string",
    "no low surrogate in string",
    "invalid literal, expected 'true'",
    "invalid literal, expected 'false'",
    "invalid literal, expected 'null'",
    "invalid UTF-8 encoding in string",
    "invalid utf-8 encoding in string",
    "str is not valid UTF-8: surrogates not allowed",
    "UTF-8 byte order mark (BOM) is not supported",
    "number with leading zero is not allowed",
    "number is infinity when parsed as double",
    "no digit after sign",
    "trailing comma is not allowed",
    "depth limit exceeded",
    "failed to allocate memory",
)
_EXPAT = (
    "syntax error",
    "no element found",
    "not well-formed (invalid token)",
    "unclosed token",
    "partial character",
    "mismatched tag",
    "duplicate attribute",
    "junk after document element",
    "undefined entity",
    "recursive entity reference",
    "reference to invalid character number",
    "XML or text declaration not at start of entity",
    "unknown encoding",
    "encoding specified in XML declaration is incorrect",
    "unclosed CDATA section",
    "unbound prefix",
    "XML declaration not well-formed",
    "out of memory",
)
_ZIPFILE = (
    "File is not a zip file",
    "zipfiles that span multiple disks are not supported",
    "Bad offset for central directory",
    "Truncated central directory",
    "Bad magic number for central directory",
    "Truncated file header",
    "Bad magic number for file header",
    "File name in directory {name} and header {other} differ.",
    "Corrupt extra field {field} (size={size})",
    "Corrupt zip64 extra field. {field} not found.",
    "Bad CRC-32 for file {name}",
    "Error {number} while decompressing data: {detail}",
    "That compression method is not supported",
    "compression type {number} ({name})",
    "zip file version {version}",
)
_SQLITE = (
    "file is not a database",
    "database disk image is malformed",
    "database is locked",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "no such table: {name}",
    "no such column: {name}",
)
_CSV = (
    "line contains NUL",
    "field larger than field limit ({limit})",
)
_SYSTEM = (
    "No such file or directory",
    "Permission denied",
    "Operation not permitted",
    "Is a directory",
    "Not a directory",
    "File name too long",
    "Too many levels of symbolic links",
    "Too many open files",
    "Input/output error",
    "No space left on device",
    "Read-only file system",
    "Disk quota exceeded",
    "File too large",
    "File exists",
    "Directory not empty",
    "Cannot allocate memory",
)
MESSAGES = (*_PYDANTIC, *_TOMLLIB, *_ORJSON, *_EXPAT, *_ZIPFILE, *_SQLITE, *_CSV, *_SYSTEM)

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
            return translate(template).format(**{name: _list_choices(value) for name, value in values.items()})
    return text


def translate_error(error: BaseException) -> str:
    """What an error says, of a system's error its own sentence, in the current language."""
    return translate_problem(getattr(error, "strerror", None) or str(error))


def _list_choices(text: str) -> str:
    """Choices in quotes, as pydantic lists them, with the language's own words between them."""
    return re.sub(r"(?<=')(, | or )(?=')", lambda gap: translate(", ") if gap[1] == ", " else translate(" or "), text)
