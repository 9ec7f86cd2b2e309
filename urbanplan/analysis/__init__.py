"""The analysis room: every use case as one function; frames, files or a plan in, a result with notes out.

Command line, page, notebook and server call the same functions; nothing here prints.  Modules are named after
their use case and import their libraries when called.
"""
