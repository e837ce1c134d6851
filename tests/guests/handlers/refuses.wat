;; Says no, in words.
(module
  (memory (export "memory") 2)
  (data (i32.const 64) "no order without a customer")
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 1))
    (i32.store (i32.const 20) (i32.const 64))
    (i32.store (i32.const 24) (i32.const 27))
    (i32.const 16)))
