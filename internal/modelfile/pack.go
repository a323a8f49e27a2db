package modelfile

import "fmt"

// The order of Int8Packed.

// packedSize is the number of bytes of n packed values.
func packedSize(n int) int { return (n + (n+2)/3 + 3) / 4 * 3 }

func zigzag(q int8) uint8 { return uint8(q<<1 ^ q>>7) }

// packInt8 returns q packed.
func packInt8(q []int8) []byte {
	b := make([]byte, packedSize(len(q)))
	at := 0
	put := func(digit uint8) {
		// Digit at of the big-endian stream of six bits each.
		i, wide := at/4*3, uint32(digit)<<(18-6*(at%4))
		b[i] |= byte(wide >> 16)
		b[i+1] |= byte(wide >> 8)
		b[i+2] |= byte(wide)
		at++
	}
	for _, v := range q {
		put(zigzag(v) & 63)
	}
	for i := 0; i < len(q); i += 3 {
		var high uint8
		for j, v := range q[i:min(i+3, len(q))] {
			high |= zigzag(v) >> 6 << (4 - 2*j)
		}
		put(high)
	}
	return b
}

// unpackInt8 is packInt8's inverse; b has packedSize(n) bytes. It fails on bits that are set behind the last value.
func unpackInt8(b []byte, n int) ([]int8, error) {
	digits := make([]uint8, len(b)/3*4)
	for i, j := 0, 0; i < len(b); i, j = i+3, j+4 {
		wide := uint32(b[i])<<16 | uint32(b[i+1])<<8 | uint32(b[i+2])
		digits[j], digits[j+1], digits[j+2], digits[j+3] = uint8(wide>>18), uint8(wide>>12&63), uint8(wide>>6&63), uint8(wide&63)
	}
	low, high := digits[:n], digits[n:]
	q := make([]int8, n)
	for i, h := range high {
		of := q[min(3*i, n):min(3*i+3, n)] // the values whose high bits these are
		for j := range of {
			z := low[3*i+j] | h<<(2+2*j)&0xc0
			of[j] = int8(z>>1) ^ -int8(z&1)
		}
		if h&(63>>(2*len(of))) != 0 {
			return nil, fmt.Errorf("data has bits set in character %d, behind the last of its %d values: expected zeros there", n+i, n)
		}
	}
	return q, nil
}
