//! Matrices of `f32` in NumPy's file format, version 1 to 3, little-endian, C order.

use std::fs::File;
use std::io::Read;

/// Rows of one width.
pub(super) struct Matrix {
    pub(super) width: usize,
    pub(super) values: Vec<f32>,
}

impl Matrix {
    pub(super) fn read(path: &str) -> Matrix {
        let mut file = File::open(path).unwrap();
        let mut start = [0u8; 12];
        file.read_exact(&mut start[..10]).unwrap();
        assert_eq!(&start[..6], b"\x93NUMPY", "{path} is no .npy file");
        let header = if start[6] == 1 {
            u16::from_le_bytes([start[8], start[9]]) as usize
        } else {
            file.read_exact(&mut start[10..]).unwrap();
            u32::from_le_bytes([start[8], start[9], start[10], start[11]]) as usize
        };
        let mut text = vec![0u8; header];
        file.read_exact(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("<f4") && text.contains("'fortran_order': False"), "{path}: {text}");
        let shape = text.split_once("'shape': (").unwrap().1.split_once(')').unwrap().0;
        let shape: Vec<usize> = shape.split(',').filter_map(|n| n.trim().parse().ok()).collect();
        let mut values = Vec::with_capacity(shape.iter().product());
        let mut bytes = vec![0u8; 1 << 20];
        let mut filled = 0;
        loop {
            let read = file.read(&mut bytes[filled..]).unwrap();
            filled += read;
            let whole = filled / 4 * 4;
            values.extend(bytes[..whole].as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)));
            bytes.copy_within(whole..filled, 0);
            filled -= whole;
            if read == 0 {
                break;
            }
        }
        Matrix { width: shape[1], values }
    }

    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}
