// Takes ever more memory with the second record.
package main

import "flow"

var kept [][]byte

func main() {
	flow.Handle(func(record int64) (int64, error) {
		for record == 2 {
			kept = append(kept, make([]byte, 1<<20))
		}
		return record, nil
	})
}
