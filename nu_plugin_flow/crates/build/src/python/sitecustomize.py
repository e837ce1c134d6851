"""Makes pip resolve for Pyodide.

pip takes the tags of wheels from its options, but the values of environment
markers from the interpreter that runs it: without this, a package that is only
for x86_64 would be asked for, and one that is only for Emscripten would not.
Python imports this file at its start, because its folder is in `PYTHONPATH`.
"""

try:
    from pip._vendor.packaging import markers
except ImportError:
    pass
else:
    host = markers.default_environment

    def target():
        return {**host(), **VALUES}

    markers.default_environment = target
