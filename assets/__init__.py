"""The DAG: one module per stage; a body reads, calls one function of the engine, and returns."""
