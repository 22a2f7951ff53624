"""What the published networks count: parameters, trainable ones, multiply-adds.

Those named as in Keras Applications were counted there, with Keras 3.15.1; the others were built
layer by layer from the papers. Multiply-adds are those of convolutions and dense layers, for one
image. The papers agree to the digits that they print: VGG 138 M and 144 M (Simonyan and Zisserman
2015, table 2), MobileNet 4.2 M and 569 M multiply-adds (Howard et al. 2017, table 8), MobileNetV2
3.4 M and 300 M (Sandler et al. 2018, table 4), EfficientNet-B0 5.3 M and 0.39 B (Tan and Le 2019,
table 2).
"""

# Networks that `cnncourse.nets` and the lessons build.
COUNTS = {
    "lenet5_modern": (61_706, 61_706, 416_520),
    "VGG16": (138_357_544, 138_357_544, 15_470_264_320),
    "VGG19": (143_667_240, 143_667_240, 19_632_062_464),
    "nin_cifar10": (966_986, 966_986, 222_486_528),
    "nin_imagenet": (7_595_176, 7_595_176, 969_460_864),
    "googlenet_v1": (6_998_552, 6_998_552, 1_582_671_872),
    "googlenet_v1_with_aux": (13_378_280, 13_378_280, 1_591_044_096),
    "resnet18_paper_nobias": (11_699_112, 11_689_512, 1_814_073_344),
    "resnet34_paper_nobias": (21_814_696, 21_797_672, 3_663_761_408),
    "resnet50_v1_5_nobias": (25_610_152, 25_557_032, 4_089_184_256),
    "resnet101_v1_5_nobias": (44_654_504, 44_549_160, 7_801_405_440),
    "resnet152_v1_5_nobias": (60_344_232, 60_192_808, 11_513_626_624),
    "ResNet50": (25_636_712, 25_583_592, 3_857_973_248),
    "ResNet101": (44_707_176, 44_601_832, 7_570_194_432),
    "ResNet152": (60_419_944, 60_268_520, 11_282_415_616),
    "ResNet50V2": (25_613_800, 25_568_360, 3_482_255_360),
    "ResNet101V2": (44_675_560, 44_577_896, 7_194_476_544),
    "ResNet152V2": (60_380_648, 60_236_904, 10_906_697_728),
    "resnet20_cifar_optionA": (271_098, 269_722, 40_551_040),
    "resnet20_cifar_projection": (274_042, 272_474, 40_813_184),
    "se_resnet50": (28_141_144, 28_088_024, 4_091_699_200),
    "MobileNetV1/1.0-224": (4_253_864, 4_231_976, 568_740_352),
    "MobileNetV1/1.0-192": (4_253_864, None, 418_121_728),
    "MobileNetV1/1.0-160": (4_253_864, None, 290_675_200),
    "MobileNetV1/1.0-128": (4_253_864, None, 186_400_768),
    "MobileNetV1/0.75-224": (2_601_976, 2_585_560, 325_400_448),
    "MobileNetV1/0.75-192": (2_601_976, None, 239_273_472),
    "MobileNetV1/0.75-160": (2_601_976, None, 166_396_800),
    "MobileNetV1/0.75-128": (2_601_976, None, 106_770_432),
    "MobileNetV1/0.5-224": (1_342_536, 1_331_592, 149_497_088),
    "MobileNetV1/0.5-192": (1_342_536, None, 109_970_432),
    "MobileNetV1/0.5-160": (1_342_536, None, 76_524_800),
    "MobileNetV1/0.5-128": (1_342_536, None, 49_160_192),
    "MobileNetV1/0.25-224": (475_544, 470_072, 41_030_272),
    "MobileNetV1/0.25-192": (475_544, None, 30_212_608),
    "MobileNetV1/0.25-160": (475_544, None, 21_059_200),
    "MobileNetV1/0.25-128": (475_544, None, 13_570_048),
    "MobileNetV2_1.0": (3_538_984, 3_504_872, 300_774_272),
    "MobileNetV2_1.4": (6_156_712, 6_108_776, 582_195_824),
    "MobileNetV2_0.75": (2_663_064, 2_636_424, 209_069_792),
    "MobileNetV2_0.5": (1_987_224, 1_968_680, 97_131_840),
    "MobileNetV2_0.35": (1_691_208, 1_677_128, 59_285_808),
    "MobileNetV3Small": (2_554_968, 2_542_856, 56_510_400),
    "MobileNetV3Small_minimalistic": (2_056_848, 2_044_736, 52_288_448),
    "MobileNetV3Large": (5_507_432, 5_483_032, 216_589_760),
    "MobileNetV3Large_minimalistic": (3_948_688, 3_924_288, 209_136_704),
    "EfficientNetB0": (5_330_571, 5_288_548, 385_814_752),
    "EfficientNetB1": (7_856_239, 7_794_184, 686_802_832),
    "EfficientNetB2": (9_177_569, 9_109_994, 993_561_872),
    "EfficientNetB3": (12_320_535, 12_233_232, 1_827_141_392),
    "EfficientNetB4": (19_466_823, 19_341_616, 4_393_771_024),
    "EfficientNetB5": (30_562_527, 30_389_784, 10_266_384_752),
    "EfficientNetB6": (43_265_143, 43_040_704, 19_067_593_536),
    "EfficientNetB7": (66_658_687, 66_347_960, 37_745_884_192),
    "EfficientNetLite0": (4_694_024, 4_652_008, 385_187_552),
    "EfficientNetLite1": (5_470_344, 5_416_680, 600_185_232),
    "EfficientNetLite2": (6_150_168, 6_092_072, 859_736_272),
    "EfficientNetLite3": (8_273_768, 8_197_096, 1_383_321_872),
    "EfficientNetLite4": (13_118_936, 13_006_568, 2_553_034_336),
}

# A network of Keras Applications that the course does not build.
INCEPTION_V3 = (23_851_784, 23_817_352, 5_713_216_096)
