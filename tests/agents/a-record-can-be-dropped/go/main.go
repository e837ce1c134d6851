// Keeps what is even.
package main

import "flow"

func main() {
	flow.Handle(func(record int64) (int64, error) {
		if record%2 != 0 {
			return 0, flow.Drop
		}
		return record, nil
	})
}
