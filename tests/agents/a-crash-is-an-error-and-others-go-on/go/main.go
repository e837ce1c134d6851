// Recurses without end at the second record.
package main

import "flow"

func deeper(depth int64) int64 {
	return 1 + deeper(depth+1)
}

func main() {
	flow.Handle(func(record int64) (int64, error) {
		if record == 2 {
			deeper(0)
		}
		return record, nil
	})
}
