"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    questions = {
        "q1": (
            "An occlusion map is 0 on both ears of a cat. What follows?",
            {
                "a": "The network does not use ears.",
                "b": "Covering one ear changes nothing, given all the rest.",
                "c": "The patch was too large.",
                "d": "The gradient there is 0.",
            },
        ),
        "q2": (
            "Why the slope of the score and not of the probability?",
            {
                "a": "Probabilities have no slope.",
                "b": "It is faster.",
                "c": "Where the network is sure, the softmax is flat; and it mixes the classes.",
                "d": "Scores lie between 0 and 1.",
            },
        ),
        "q3": (
            "Lite0's Grad-CAM at its last layer, drawn smoothly over a photograph of 224×224. How "
            "many different numbers did the network give?",
            {"a": "49", "b": "1,280", "c": "50,176", "d": "150,528"},
        ),
        "q4": (
            "With random weights, a map looks as before. What does it show?",
            {
                "a": "That the network is robust.",
                "b": "That the random weights happened to be good ones.",
                "c": "That the network has found the object without training.",
                "d": "The photograph, not what the network has learned.",
            },
        ),
        "q5": (
            "Grad-CAM for toaster on a photograph of a cat has a bright cell on the cat's ear. "
            "Why?",
            {
                "a": "The network takes the ear for a toaster.",
                "b": "The map is divided by its maximum, however small that is.",
                "c": "The ReLU was forgotten.",
                "d": "The wrong layer was taken.",
            },
        ),
        "q6": (
            "A network is 100 % right on a test set. A map suggests that it reads a stamp. What "
            "settles it?",
            {
                "a": "More maps, of more pictures.",
                "b": "A higher resolution of the map.",
                "c": "The accuracy with the stamp removed, or put on the other class.",
                "d": "The accuracy on more pictures from the same source.",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Think of the two ears in exercise 2: what happened when both were covered?",
            "c": "A larger patch would more likely cover both. Think of exercise 2.",
            "d": "Occlusion takes no gradient. What did it do, and to how many ears at once?",
        },
        "q2": {
            "a": "They have. But how large is it where p is close to 1?",
            "b": "The softmax costs next to nothing.",
            "d": "Probabilities do; scores are any numbers.",
        },
        "q3": {
            "b": "That is the number of channels. The weighted sum makes one map out of them: how "
            "large is it?",
            "c": "That is the number of pixels. How many cells has the last layer's map?",
            "d": "That is the number of inputs. How many cells has the last layer's map?",
        },
        "q4": {
            "a": "This network has learned nothing. Does the map show that?",
            "b": "Every weight is drawn anew. What has stayed the same?",
            "c": (
                "A network of random weights finds nothing. Where else does the map's form "
                "come from?"
            ),
        },
        "q5": {
            "a": "Look at the probability that was printed below the two maps.",
            "c": (
                "Without it there would be negative numbers, too. Think of the last step of "
                "`grad_cam`."
            ),
            "d": "Both maps were taken at the same layer. Think of the last step of `grad_cam`.",
        },
        "q6": {
            "a": "They strengthen the suspicion. What would change if the stamp were the reason?",
            "b": "A finer map is still a map. What would change if the stamp were the reason?",
            "d": "They all carry the stamp. That is why the test set saw nothing.",
        },
    }
