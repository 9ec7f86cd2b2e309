"""The desk: a server for one person on this machine, over the same analyses as the command line.

The web framework is Starlette on uvicorn: routes, requests and responses, no state of its own, no templates, no
database.  Handlers may wait for other processes and later for a database without a thread each, and the parts of the
OGC API are plain functions over the store's protocol.  Only this room imports it.
"""
