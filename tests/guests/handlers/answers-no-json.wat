;; Answers with text that is not JSON.
(module
  (memory (export "memory") 2)
  (data (i32.const 64) "not JSON at all")
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 64))
    (i32.store (i32.const 24) (i32.const 14))
    (i32.const 16)))
