"""Makes pip resolve for Pyodide.

pip takes the tags of wheels from its options, but the values of environment
markers from the interpreter that runs it: without this, a package that is only
for x86_64 would be asked for, and one that is only for Emscripten would not.
Python imports this file at its start, because its folder is in `PYTHONPATH`.

It also keeps pip from building packages, which runs their code on this machine:
`--only-binary` does not where a package asks for another by its address.
"""

import sys


def refuse_builds(event, arguments):
    if event == "subprocess.Popen":
        program = arguments[0] or (arguments[1] or [None])[0]
        if program == sys.executable:
            raise RuntimeError("a package without a wheel is not built on this machine")


sys.addaudithook(refuse_builds)

try:
    from pip._vendor.packaging import markers
except ImportError:
    pass
else:
    host = markers.default_environment

    def target():
        return {**host(), **VALUES}

    markers.default_environment = target
