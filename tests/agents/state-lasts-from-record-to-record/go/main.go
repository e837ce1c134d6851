// Counts the records.
package main

import "flow"

func main() {
	records := 0
	flow.Handle(func(string) (int, error) {
		records++
		return records, nil
	})
}
