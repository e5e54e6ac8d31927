from setuptools import setup
setup(name="page", version="1.0", py_modules=["page"])
