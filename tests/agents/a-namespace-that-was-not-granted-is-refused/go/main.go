// Reads and writes the memory as it is told.
package main

import (
	"fmt"

	"flow"
)

type Found struct {
	Found *int64 `json:"found"`
}

func main() {
	flow.Handle(func(what string) (found Found, err error) {
		switch what {
		case "read":
			_, err = flow.Memory("prices").Get("tea", &found.Found)
		case "other":
			_, err = flow.Memory("secrets").Get("x", &found.Found)
		case "write":
			err = flow.Memory("prices").Set("tea", 3)
		default:
			err = fmt.Errorf("unknown: %s", what)
		}
		return found, err
	})
}
