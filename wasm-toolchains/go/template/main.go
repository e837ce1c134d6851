// Orders in, one line of a packing list out for each.
package main

import (
	"fmt"
	"math"
	"time"

	"flow"
)

// Order is what comes in; fields that are not named here are skipped.
type Order struct {
	ID       int64         `json:"id"`
	Customer string        `json:"customer"`
	Placed   flow.Datetime `json:"placed"`
	Items    []Item        `json:"items"`
	Notes    string        `json:"notes"`
}

// Item is one line of an order.
type Item struct {
	Quantity int64   `json:"quantity"`
	Price    float64 `json:"price"`
}

// Packing is what goes out; agent.toml says the same in Nushell's types.
type Packing struct {
	ID       int64         `json:"id"`
	Customer string        `json:"customer"`
	Units    int64         `json:"units"`
	Total    float64       `json:"total"`
	Placed   flow.Datetime `json:"placed"`
	Packing  flow.Duration `json:"packing"`
	Notes    flow.Filesize `json:"notes"`
}

func main() {
	flow.Handle(handle)
}

func handle(order Order) (Packing, error) {
	if len(order.Items) == 0 {
		return Packing{}, fmt.Errorf("order %d has no items", order.ID)
	}
	var units int64
	var total float64
	for _, item := range order.Items {
		units += item.Quantity
		total += float64(item.Quantity) * item.Price
	}
	return Packing{
		ID:       order.ID,
		Customer: order.Customer,
		Units:    units,
		Total:    math.Round(total*100) / 100,
		Placed:   order.Placed,
		// A minute, and ten seconds for each unit.
		Packing: flow.Duration(time.Minute + time.Duration(units)*10*time.Second),
		Notes:   flow.Filesize(len(order.Notes)),
	}, nil
}
