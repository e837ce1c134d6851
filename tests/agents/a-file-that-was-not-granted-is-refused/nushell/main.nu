# Reads the file that it is told.
def handle [path: string] { open --raw $path }
