package main

import (
	"testing"
	"time"

	"flow"
)

func order(items ...Item) Order {
	placed, _ := time.Parse(time.RFC3339, "2026-11-23T08:30:00+01:00")
	return Order{
		ID:       7,
		Customer: "Zoë",
		Placed:   flow.Datetime{Time: placed},
		Items:    items,
		Notes:    "ring twice",
	}
}

func TestAnOrderIsSummedUp(t *testing.T) {
	packing, err := handle(order(Item{2, 9.95}, Item{1, 0.1}))
	if err != nil {
		t.Fatal(err)
	}
	if packing.Units != 3 || packing.Total != 20 {
		t.Errorf("%d units for %v", packing.Units, packing.Total)
	}
	if packing.Packing != flow.Duration(90*time.Second) || packing.Notes != 10 {
		t.Errorf("packing takes %v, %d bytes of notes", packing.Packing, packing.Notes)
	}
}

func TestAnOrderWithoutItemsIsAnError(t *testing.T) {
	if _, err := handle(order()); err == nil || err.Error() != "order 7 has no items" {
		t.Errorf("the error is %v", err)
	}
}
