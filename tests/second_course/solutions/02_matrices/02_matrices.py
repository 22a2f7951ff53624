# %% [markdown]
# # Matrices
#
# **Time** 10 minutes · **Needs** lesson 01 · **Running everything** {{seconds}} s on two CPU cores
#
# **What does a product of two matrices cost?**

# %% tags=["setup"]
import numpy as np

from cnncourse import begin

check = begin("02_matrices", keras=False)

# %% [markdown]
# ## Counting
#
# Each entry of a product is the sum of a row times a column, entry by entry.

# %% tags=["nbval-check-output"]
(np.ones((2, 3)) @ np.ones((3, 4))).shape

# %% [markdown]
# ### {{exercise multiplications}}
#
# How many multiplications does this product of a 2 × 3 and a 3 × 4 matrix take?

# %% tags=["exercise"]
### BEGIN SOLUTION
multiplications = 2 * 3 * 4
### END SOLUTION

# %% tags=["check"]
check(multiplications=multiplications)

# %% [markdown]
# ### {{exercise order}}

# %% [markdown] tags=["written"] name="order"
# A is 1000 × 1000, and x is a column of 1000 numbers. Why is A (A x) cheaper than (A A) x?
#
# ### BEGIN SOLUTION
# A x is a column again, so that both steps cost a million; A A alone costs a thousand millions.
# ### END SOLUTION
