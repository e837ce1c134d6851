//go:build tinygo

package flow

// recovered does nothing: TinyGo cannot recover on this target, and a panic ends
// the instance, with its text on standard error.
func recovered(*error) {}
