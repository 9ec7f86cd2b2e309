"""The command line: one file per command, registered here; messages, exit codes and languages at one rim."""

from __future__ import annotations

import functools
import io
import locale
import os
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from urbanplan.cli.help_page import Command, Group
from urbanplan.cli.notes import print_warnings
from urbanplan.cli.process import (
    deliver_interrupts,
    end_with_command,
    guard_streams,
    is_out_of_memory,
    is_refused_by_machine,
    was_interrupted,
    write_error,
)
from urbanplan.cli.ranges import check_ranges
from urbanplan.cli.run_files import add_run_files
from urbanplan.cli.terminal import print_line
from urbanplan.cli.usage_messages import translate_usage
from urbanplan.errors import UrbanplanError, lacks_temporary_folder
from urbanplan.exchange.gdal import drivers
from urbanplan.model.library_messages import translate_error
from urbanplan.model.run_files import RunFiles, use_run_files
from urbanplan.model.translation import translate, use_language

if TYPE_CHECKING:
    from collections.abc import Callable

# command -> module of the same function; the order is the order of --help
COMMANDS: dict[str, str] = {
    "check": "urbanplan.cli.check",
    "readiness": "urbanplan.cli.readiness",
    "map": "urbanplan.cli.map",
    "sheets": "urbanplan.cli.sheets",
    "report": "urbanplan.cli.report",
    "serve": "urbanplan.cli.serve",
    "diff": "urbanplan.cli.diff",
    "coverage": "urbanplan.cli.coverage",
    "site": "urbanplan.cli.site",
    "network": "urbanplan.cli.network",
    "rain": "urbanplan.cli.rain",
    "inspect": "urbanplan.cli.inspect",
    "add": "urbanplan.cli.add",
    "overlay": "urbanplan.cli.overlay",
    "reconcile": "urbanplan.cli.reconcile",
    "export": "urbanplan.cli.export",
    "convert": "urbanplan.cli.convert",
    "types": "urbanplan.cli.types",
    "units": "urbanplan.cli.units",
    "measures": "urbanplan.cli.measures",
    "targets": "urbanplan.cli.targets",
    "target": "urbanplan.cli.target",
    "waive": "urbanplan.cli.waive",
    "layers": "urbanplan.cli.layers",
    "explain": "urbanplan.cli.explain",
    "schema": "urbanplan.cli.schema",
    "new": "urbanplan.cli.new",
    "draft": "urbanplan.cli.draft",
    "intake": "urbanplan.cli.intake",
    "demo": "urbanplan.cli.demo",
    "doctor": "urbanplan.cli.doctor",
    "cache": "urbanplan.cli.cache",
}

STOPPED = 130  # the exit code of a run that a person stops, as shells have it


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"urbanplan {version('urbanplan')}")
        raise typer.Exit


def settings(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="Language of messages: zh or en; the locale's unless given")] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Let an answer replace a file of another format; never an input")
    ] = False,
) -> None:
    """Options of every command; they may stand before or after its name."""


def app(*names: str) -> typer.Typer:
    """The command line with the commands named, all when none is: one command need not wait for the others."""
    made = _without_commands()
    for name in names or COMMANDS:
        made.command(name, cls=Command)(_with_run_files(name, _function(name)))
    return made


def _overview() -> typer.Typer:
    """The command line with what each command is for and no options: a page that lists them waits for no more."""

    def stand_in() -> None: ...

    made = _without_commands()
    for name in COMMANDS:
        made.command(name, cls=Command, help=_function(name).__doc__)(stand_in)
    return made


def _function(name: str) -> Callable[..., Any]:
    return getattr(import_module(COMMANDS[name]), name if name != "map" else "map_")


def _without_commands() -> typer.Typer:
    made = typer.Typer(
        name="urbanplan",
        cls=Group,
        help="Plan-as-code for urban planners: declared targets, proved on the map and on the street network.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(settings)
    return made


def _with_run_files(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A command whose numbers are checked, and that says which files it reads and writes, before it does anything."""

    @functools.wraps(function)
    def command(**values: Any) -> Any:
        check_ranges(name, values)
        add_run_files(name, values)
        return function(**values)

    return command


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and leave the process with its exit code: 0, 1, 2, 3 or 130 as ``docs/commands.md`` says."""
    drivers.disable_drivers()
    guard_streams()
    deliver_interrupts()
    end_with_command()
    words = sys.argv[1:] if arguments is None else arguments
    code = run(words)
    sys.stdout.flush()
    error = write_error()
    if error is not None:
        code = 2
        what = "the answer could not be written to standard output: {reason}"
        with use_language(_split_global_options(words)[1]):
            _print_error(translate(what).format(reason=translate_error(error)), False)
    sys.stderr.flush()
    os._exit(code)  # files are written: nothing is taken apart


def run_alone(arguments: list[str]) -> int:
    """Run a command in a process of its own, where only the drivers of known formats are on; its exit code."""
    drivers.disable_drivers()
    return run(arguments)


def run(arguments: list[str]) -> int:
    """Run a command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a cp936 console shows what it can and never stops the run
            stream.reconfigure(errors="backslashreplace")
    hoisted, code, debug, overwrite = _split_global_options(arguments)
    chosen = any(word == "--lang" or word.startswith("--lang=") for word in arguments)
    files = RunFiles(overwrite=overwrite)
    with use_language(code, pinned=chosen), print_warnings(), use_run_files(files):
        try:
            line = app(hoisted[0]) if hoisted and hoisted[0] in COMMANDS else _overview()
            result = line(hoisted, standalone_mode=False, prog_name="urbanplan")
            if result == STOPPED:  # the command-line library makes this of Ctrl-C
                raise KeyboardInterrupt
            return result if isinstance(result, int) else 0
        except TyperException as error:
            _print_error(translate_usage(error.format_message()), debug)
        except typer.Exit as error:
            return error.exit_code
        except (typer.Abort, KeyboardInterrupt):
            _print_error(translate("stopped"), False)
            return STOPPED
        except SystemExit as error:  # of a library: its 1 is not ours
            return 0 if not error.code else 2
        except Exception as error:  # noqa: BLE001 — the rim: a slip of the program must not end as 1, "not met"
            _print_error(_error_text(error), debug)
            return STOPPED if was_interrupted() else 2
        return 2


def _error_text(error: Exception) -> str:
    if was_interrupted():
        return translate("stopped")
    if is_out_of_memory(error):
        return translate("there is not enough memory for this input. Cut it into parts")
    if isinstance(error, UrbanplanError):
        return error.text(translate)
    if is_refused_by_machine(error):
        return _refusal_text(error)
    problem = f"{type(error).__name__}: {error}"
    return translate("urbanplan itself failed: {problem}. Run again with --debug").format(problem=problem)


def _refusal_text(error: Exception) -> str:
    """What a machine did not allow, of a file or of the folder for temporary files."""
    told, file = translate_error(error), getattr(error, "filename", None)
    reason = translate("no folder for temporary files can be written") if lacks_temporary_folder(error) else told
    text = (
        "{file}: {reason}. Give this account the right to it and room there, "
        "or name another folder for temporary files by TMPDIR"
    )
    return translate(text).format(file=file or "—", reason=reason)


def _print_error(text: str, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    print_line(text, err=True)


def _split_global_options(arguments: list[str]) -> tuple[list[str], str, bool, bool]:
    """Take the options of every command out of the line: the rest, the language, whether to debug, to overwrite."""
    rest: list[str] = []
    code, debug, overwrite = locale_language(), False, False
    given = iter(arguments)
    for word in given:
        option, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *given]
        elif option == "--lang":
            code = (value if equals else next(given, "")).lower()[:2]
        elif word == "--debug":
            debug = True
        elif word == "--overwrite":
            overwrite = True
        else:
            rest.append(word)
    return rest, code if code in ("zh", "en") else "en", debug, overwrite


def locale_language() -> str:
    """``zh`` where the environment or the system's locale is Chinese, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
