;; Exports the handler's interface with nothing in it.
(component
  (instance $handler)
  (export "flow:agent/handler@0.1.0" (instance $handler)))
