package arch

import "croquis/internal/nn"

// Networks of about the cost of croquis and of tiny, to be compared with them by `make compare`.

// CroquisDeep has two residual blocks at 7×7 and narrower stages there and below: 904,762 trainable weights, 32.7 million
// multiply-adds.
func CroquisDeep() *nn.Model {
	return residual("croquis-deep", 16, stage{32, 0}, pool, stage{48, 1}, pool, stage{80, 2}, pool, stage{160, 1})
}

// CroquisLate spends at 7×7 what croquis spends at 14×14: 1,013,050 trainable weights, 31.7 million multiply-adds.
func CroquisLate() *nn.Model {
	return residual("croquis-late", 16, stage{32, 0}, pool, stage{64, 0}, pool, stage{96, 2}, pool, stage{160, 1})
}

// CroquisPlain has no residual blocks, and as many convolutions, weights and multiply-adds as croquis.
func CroquisPlain() *nn.Model {
	return residual("croquis-plain", 16, stage{32, 0}, pool, stage{48, 0}, stage{48, 0}, stage{48, 0}, pool,
		stage{96, 0}, stage{96, 0}, stage{96, 0}, pool, stage{192, 0}, stage{192, 0}, stage{192, 0})
}

// TinyDeep has a third stage at 3×3, and is as narrow as at 14×14 throughout: 79,418 trainable weights, 6.2 million
// multiply-adds.
func TinyDeep() *nn.Model {
	return residual("tiny-deep", 16, pool, stage{32, 1}, pool, stage{32, 1}, pool, stage{32, 1})
}
