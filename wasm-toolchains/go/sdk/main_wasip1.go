package flow

import _ "unsafe" // for go:linkname

// mainProgram is the author's main, which nobody calls in a program that is
// built to be called.
//
//go:linkname mainProgram main.main
func mainProgram()
