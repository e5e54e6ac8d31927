def grams(kilograms):
    return 1000 * kilograms
