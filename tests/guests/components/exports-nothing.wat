;; A component that can do nothing.
(component)
