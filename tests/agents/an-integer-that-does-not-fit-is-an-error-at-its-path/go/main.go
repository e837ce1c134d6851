// Answers with an integer that is one too large.
package main

import "flow"

func main() {
	flow.Handle(func(record int64) (map[string]any, error) {
		return map[string]any{"answer": map[string]uint64{"large": 1 << 63}}, nil
	})
}
