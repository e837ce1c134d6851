;; Answers with bytes that are not UTF-8.
(module
  (memory (export "memory") 2)
  (data (i32.const 64) "\22\ff\fe\22")
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 64))
    (i32.store (i32.const 24) (i32.const 4))
    (i32.const 16)))
