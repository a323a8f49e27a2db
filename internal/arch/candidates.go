package arch

import "croquis/internal/nn"

// Networks of about the cost of croquis and of tiny, to be compared with them by `make compare`.

// CroquisDeep has two residual blocks at 7×7 and narrower stages there and below: 904,762 trainable weights, 32.7 million
// multiply-adds.
func CroquisDeep() *nn.Model {
	return residual("croquis-deep", 16, stage(32, 0), pool, stage(48, 1), pool, stage(80, 2), pool, stage(160, 1))
}

// CroquisEarly spends most of its multiply-adds at 14×14 and ends at 7×7: 320,122 trainable weights, 32.6 million
// multiply-adds.
func CroquisEarly() *nn.Model {
	return residual("croquis-early", 16, stage(32, 0), pool, stage(64, 1), pool, stage(96, 1))
}

// CroquisPadded keeps the last row and column of the 7×7 pixels, which an unpadded pool leaves out, and has a narrower stage
// at the 4×4 that are left: 768,346 trainable weights, 32.7 million multiply-adds.
func CroquisPadded() *nn.Model {
	return residual("croquis-padded", 16, stage(32, 0), pool, stage(48, 1), pool, stage(96, 1), padded, stage(144, 1))
}

// TinyDeep has a third stage at 3×3, and is as narrow as at 14×14 throughout: 79,418 trainable weights, 6.2 million
// multiply-adds.
func TinyDeep() *nn.Model {
	return residual("tiny-deep", 16, pool, stage(32, 1), pool, stage(32, 1), pool, stage(32, 1))
}

// TinyDeeper is TinyDeep with a second block at 7×7: 97,978 trainable weights, 7.1 million multiply-adds.
func TinyDeeper() *nn.Model {
	return residual("tiny-deeper", 16, pool, stage(32, 1), pool, stage(32, 2), pool, stage(32, 1))
}
