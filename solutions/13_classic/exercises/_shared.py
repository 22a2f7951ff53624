"""What several exercises of lesson 13 have in common."""

SMALL = [(4, 1), (6, 2)]


VGG_D = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]


VGG_A = [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)]
