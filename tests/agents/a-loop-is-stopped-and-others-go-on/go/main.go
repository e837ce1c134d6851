// Never ends with the second record.
package main

import "flow"

func main() {
	flow.Handle(func(record int64) (int64, error) {
		for record == 2 {
		}
		return record, nil
	})
}
