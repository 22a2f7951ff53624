"""What Colab has that students import, and this machine may lack."""

from __future__ import annotations

import importlib.util

# Import names of packages that Colab preinstalls and that notebooks on images, learning and data
# import most. Source: pip-freeze.txt of https://github.com/googlecolab/backend-info (the list that
# Colab publishes of its runtime), names of distributions turned into names of imports.
PREINSTALLED = (
    *("albumentations", "altair", "astropy", "autograd", "bokeh", "bs4", "cupy", "cv2", "cvxpy"),
    *("dask", "datasets", "dopamine", "duckdb", "etils", "fastai", "flax", "folium", "gdown"),
    *("gensim", "geopandas", "google.colab", "graphviz", "gymnasium", "h5py", "holoviews"),
    *("hyperopt", "imageio", "imblearn", "imutils", "ipywidgets", "jax", "joblib", "kagglehub"),
    *("keras", "keras_hub", "librosa", "lightgbm", "lxml", "matplotlib", "matplotlib_venn"),
    *("missingno", "mlxtend", "moviepy", "networkx", "nltk", "numba", "numexpr", "numpy"),
    *("openpyxl", "opt_einsum", "optax", "pandas", "PIL", "plotly", "plotnine", "polars"),
    *("prettytable", "progressbar", "psutil", "pyarrow", "pycocotools", "pydantic", "pydot"),
    *("pywt", "regex", "requests", "rich", "scipy", "seaborn", "shap", "skimage", "sklearn"),
    *("soundfile", "spacy", "statsmodels", "sympy", "tables", "tabulate", "tensorboard"),
    *("tensorflow", "tensorflow_datasets", "tensorflow_hub", "tensorflow_probability", "termcolor"),
    *("tf_keras", "tifffile", "timm", "torch", "torchaudio", "torchsummary", "torchvision", "tqdm"),
    *("transformers", "wandb", "wordcloud", "xarray", "xgboost", "yaml", "yellowbrick"),
)


def lacking() -> list[str]:
    """Return which of Colab's modules are not here.

    Example:
        >>> "numpy" in lacking()
        False
    """
    return [name for name in PREINSTALLED if not _is_here(name)]


def _is_here(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):  # the package that it belongs to is not here
        return False
