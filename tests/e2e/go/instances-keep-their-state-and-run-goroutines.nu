# needs: go
use std/assert
use ../../assertions.nu *

'package main

import (
	"math/rand/v2"
	"sync"
	"time"

	"flow"
)

type Answer struct {
	Seen   int    `json:"seen"`
	Sum    int    `json:"sum"`
	Random uint64 `json:"random"`
	Order  string `json:"order"`
	Now    int64  `json:"now"`
}

func main() {
	seen := 0
	flow.Handle(func(n int) (Answer, error) {
		seen++
		var group sync.WaitGroup
		parts := make(chan int, 100)
		for i := range 100 {
			group.Add(1)
			go func() {
				defer group.Done()
				if i%50 == 0 {
					time.Sleep(2 * time.Millisecond)
				}
				parts <- i
			}()
		}
		group.Wait()
		close(parts)
		sum := 0
		for part := range parts {
			sum += part
		}
		order := ""
		for key := range map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8} {
			order += key
		}
		return Answer{seen, sum, rand.Uint64() >> 1, order, time.Now().UnixMicro()}, nil
	})
}
' | save state.go
let one = 1..3 | flow run state.go
assert equal $one.seen [1 2 3]
assert equal $one.sum [4950 4950 4950]
let alone = 1..4 | flow run state.go --isolate
assert equal $alone.seen [1 1 1 1]
assert equal ($alone.random | uniq | length) 4 "instances draw the same random numbers"
assert equal ($alone.now | uniq | length) 4 "instances have the same time"
assert ((date now | into int) / 1000 - $alone.now.0 < 60_000_000) "the time is another"
assert equal (1..200 | flow run state.go --jobs 4 | get sum | uniq) [4950]
