;; Wants something of its host that no host of ours has.
(component
  (import "acme:rockets/launcher@1.0.0" (instance $launcher
    (export "launch" (func (param "target" string)))))
  (core module $module
    (memory (export "memory") 2)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "handle") (param i32 i32) (result i32) (unreachable)))
  (core instance $instance (instantiate $module))
  (func $handle (param "input" string) (result (result string (error string)))
    (canon lift (core func $instance "handle")
      (memory (core memory $instance "memory"))
      (realloc (core func $instance "realloc"))))
  (instance $handler (export "handle" (func $handle)))
  (export "flow:agent/handler@0.1.0" (instance $handler)))
