//go:build tinygo

package flow

// TinyGo's collector calls no imports.

func collecting(bool) {}

func quietly(call func()) {
	call()
}
