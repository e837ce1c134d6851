// Refuses negative numbers.
package main

import (
	"fmt"

	"flow"
)

func main() {
	flow.Handle(func(record int64) (int64, error) {
		if record < 0 {
			return 0, fmt.Errorf("no negative numbers: %d", record)
		}
		return record, nil
	})
}
