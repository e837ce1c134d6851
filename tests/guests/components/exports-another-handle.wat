;; Exports a handler, but not of the contract's type.
(component
  (core module $module
    (func (export "handle") (param i32) (result i32) (local.get 0)))
  (core instance $instance (instantiate $module))
  (func $handle (param "input" u32) (result u32)
    (canon lift (core func $instance "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "flow:agent/handler@0.1.0" (instance $handler)))
