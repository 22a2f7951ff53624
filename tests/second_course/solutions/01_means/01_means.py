# %% [markdown]
# # Means and medians
#
# **Time** 15 minutes · **Needs** nothing · **Running everything** {{seconds}} s on two CPU cores
#
# **Which one number stands best for many?**

# %% tags=["setup"]
import numpy as np

from cnncourse import begin

check = begin("01_means", keras=False)

# %% [markdown]
# ## Weights
#
# Three parcels weigh 1, 2 and 6 kg. Their mean is (1 + 2 + 6) / 3 = 3 kg. Were there two parcels of
# 1 kg, that one would count twice: (2 · 1 + 2 + 6) / 4 = 2.5 kg.
#
# ### {{exercise mean}}


# %% tags=["exercise"]
def mean(x, weights):
    """Return the weighted mean of the numbers x; weights says how often each counts.

    Both have shape (n,). No weight is negative, and not all of them are zero.
    """
    ### BEGIN SOLUTION
    return np.sum(x * weights) / np.sum(weights)
    ### END SOLUTION


# %% tags=["check"]
check(mean)

# %% [markdown]
# ## What a distance costs
#
# The mean is the place from which all *squared* distances together are smallest; the median does
# the same for *absolute* ones. Huber's penalty is squared near zero and absolute far away: half of
# d² up to a distance of 1, and |d| − ½ beyond.
#
# ### {{exercise penalty}}


# %% tags=["exercise"]
def penalty(d, name):
    """Return what each distance in d costs; name is "squared", "absolute" or "huber"."""
    ### BEGIN SOLUTION
    if name == "squared":
        return d**2
    if name == "absolute":
        return np.abs(d)
    return np.where(np.abs(d) <= 1, d**2 / 2, np.abs(d) - 0.5)
    ### END SOLUTION


# %% tags=["check"]
check(penalty)

# %% tags=["nbval-check-output"]
np.median([1, 2, 6]), np.median([1, 2, 600])

# %% [markdown]
# ## Quiz
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** One of a thousand incomes is typed with three zeros too many. What hardly moves?<br>
# a) the mean · b) the median · c) both move alike
#
# **q2** All weights are doubled. The weighted mean<br>
# a) doubles · b) halves · c) stays
#
# **q3** Of an even number of values, the median<br>
# a) lies between the two in the middle · b) does not exist · c) is the larger one in the middle
#
# ### {{exercise quiz}}

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)
