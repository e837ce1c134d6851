// Reads the file that it is told.
package main

import (
	"os"

	"flow"
)

func main() {
	flow.Handle(func(path string) (string, error) {
		text, err := os.ReadFile(path)
		return string(text), err
	})
}
