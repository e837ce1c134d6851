//go:build !tinygo

package flow

import "runtime/debug"

// While the host asks for memory no import may be called; a garbage collection
// asks for the time, and lets other goroutines go on. So none may begin then: the
// collector works while a record is handled, and rests in between.

// percent is how much the heap may grow, by GOGC or by the program itself.
var percent = debug.SetGCPercent(-1)

func init() {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range build.Settings {
			if setting.Key == "-buildmode" && setting.Value == "c-shared" {
				return
			}
		}
	}
	// A program of its own, which nobody calls.
	debug.SetGCPercent(percent)
}

// collecting says whether garbage may be collected from now on. One collection
// that is under way ends first.
func collecting(may bool) {
	if may {
		debug.SetGCPercent(percent)
	} else {
		percent = debug.SetGCPercent(-1)
	}
}

// quietly calls an import, for whose result the host may ask for memory.
func quietly(call func()) {
	collecting(false)
	call()
	collecting(true)
}
