// Keeps a total.
package main

import (
	"errors"

	"flow"
)

type Counted struct {
	Total   int64    `json:"total"`
	First   bool     `json:"first"`
	Deleted bool     `json:"deleted"`
	Keys    []string `json:"keys"`
}

func main() {
	flow.Handle(count)
}

func count(number int64) (counted Counted, err error) {
	counts := flow.Memory("counts")
	if counted.First, err = counts.CompareAndSet("first", nil, true); err != nil {
		return counted, err
	}
	if _, err = counts.Get("total", &counted.Total); err != nil {
		return counted, err
	}
	counted.Total += number
	if err = counts.Set("total", counted.Total); err != nil {
		return counted, err
	}
	if counted.Deleted, err = counts.Delete("gone"); err != nil {
		return counted, err
	}
	if number < 0 {
		return counted, errors.New("negative")
	}
	counted.Keys, _, err = counts.Keys("", "")
	return counted, err
}
