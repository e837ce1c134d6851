//go:build !wasip1

package flow

// hosted says whether a host calls the handler.
const hosted = false
