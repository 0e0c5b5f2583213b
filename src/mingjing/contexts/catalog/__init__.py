"""The catalog room: what agencies may do and on which basis, discretion benchmarks, published lists, the law library."""
