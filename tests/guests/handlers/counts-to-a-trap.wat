;; Answers with how many records this instance has seen, from 1 to 9; traps where the
;; input is `null`.
(module
  (memory (export "memory") 2)
  (global $seen (mut i32) (i32.const 0))
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "handle") (param $pointer i32) (param $length i32) (result i32)
    (if (i32.and
          (i32.eq (local.get $length) (i32.const 4))
          (i32.eq (i32.load (local.get $pointer)) (i32.const 0x6c6c756e))) ;; "null"
      (then (unreachable)))
    (global.set $seen (i32.add (global.get $seen) (i32.const 1)))
    (i32.store8 (i32.const 64) (i32.add (i32.const 48) (global.get $seen)))
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 64))
    (i32.store (i32.const 24) (i32.const 1))
    (i32.const 16)))
