;; Grows its table, 65536 elements at a time, until it gets no more, and then fails.
(module
  (memory (export "memory") 2)
  (table $bomb 1 funcref)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i32)
    (loop $more
      (br_if $more
        (i32.ne (table.grow $bomb (ref.null func) (i32.const 65536)) (i32.const -1))))
    (unreachable)))
