;; Answers with its input, and never where the input is `null`.
(module
  (memory (export "memory") 2)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $pointer i32) (param $length i32) (result i32)
    (if (i32.and
          (i32.eq (local.get $length) (i32.const 4))
          (i32.eq (i32.load (local.get $pointer)) (i32.const 0x6c6c756e))) ;; "null"
      (then (loop $forever (br $forever))))
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (local.get $pointer))
    (i32.store (i32.const 24) (local.get $length))
    (i32.const 16)))
