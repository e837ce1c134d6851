;; Answers with all of a large memory: 60 MiB of NUL.
(module
  (memory (export "memory") 960)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 0))
    (i32.store (i32.const 24) (i32.const 0x3c00000))
    (i32.const 16)))
