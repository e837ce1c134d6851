//go:build !tinygo

package flow

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// recovered turns a panic of the handler into an error that says where it was.
func recovered(err *error) {
	problem := recover()
	if problem == nil {
		return
	}
	if place := panicPlace(); place != "" {
		*err = fmt.Errorf("panic: %v (%s)", problem, place)
	} else {
		*err = fmt.Errorf("panic: %v", problem)
	}
}

// panicPlace is the file and line of the innermost function of the program
// itself that was being called when the panic began.
func panicPlace() string {
	var counters [64]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(0, counters[:])])
	panicking, program := false, ""
	if build, ok := debug.ReadBuildInfo(); ok {
		program = build.Main.Path
	}
	for {
		frame, more := frames.Next()
		if panicking && isOfProgram(frame, program) {
			file := strings.TrimPrefix(filepath.ToSlash(frame.File), program+"/")
			return fmt.Sprintf("%s:%d", file, frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}

// isOfProgram tells the author's module from the libraries that it uses.
func isOfProgram(frame runtime.Frame, program string) bool {
	return strings.HasPrefix(frame.Function, "main.") ||
		strings.HasPrefix(frame.Function, program+"/") ||
		strings.HasPrefix(frame.Function, program+".")
}
