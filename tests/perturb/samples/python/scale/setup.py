from setuptools import Extension, setup

setup(name="scale", version="0.3", py_modules=["scale"], ext_modules=[Extension("_scale", ["_scale.c"])])
