// Counts up to what came.
package main

import "flow"

func main() {
	flow.Handle(func(record int) (flow.Records[int], error) {
		numbers := flow.Many[int]()
		for number := range record {
			numbers = append(numbers, number)
		}
		return numbers, nil
	})
}
