"""The engine: the only home of SimPy. Its door is `fundsim.engine.simulate`."""
