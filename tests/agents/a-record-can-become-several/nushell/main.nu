# Counts up to what came.
def handle [record: int] { 0..<$record | each { $in } | flow many }
